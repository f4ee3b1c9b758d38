import { createServer } from "node:http";
import { Server } from "socket.io";

/** The bare floor: Socket.IO that acknowledges every packet with what was in it. */
const http = createServer();
const server = new Server(http, { transports: ["websocket"], serveClient: false });
server.of("/agents").on("connection", (socket) => {
  socket.on("commands", (commands: unknown[], answer: (answers: unknown[]) => void) => answer(commands));
});
http.listen(Number(process.env.PORT), "127.0.0.1");
