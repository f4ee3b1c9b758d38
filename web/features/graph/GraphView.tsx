export default function GraphView() { return null; }
