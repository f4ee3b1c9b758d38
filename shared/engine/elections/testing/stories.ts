/** What a person would ask of each policy, as stories: who does what, and indented what came of it. */
export const stories: readonly (readonly [rule: string, story: string])[] = [
  [
    "EL-4, EL-6: whoever campaigns first leads, the next one when it goes",
    `
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
a resigns
  a leads no more, resigned
  a campaigns no more, resigned
  b leads in term-2, vacant
b leaves
  b leads no more, left
  b campaigns no more, left
`,
  ],
  [
    "EL-3: under an old term nobody acts, and it is written down",
    `
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
b asserts term-1
  b does not lead in term-1
  refused: notLeader
a hands term-1 to b
  b leads in term-2, handedOver after a
a proclaims term-1 here
  a does not lead in term-1
  refused: notLeader
b proclaims term-2 there
  b proclaims there
b asserts term-2
`,
  ],
  [
    "EL-5, EL-10: who expires leads no more, and the next one waits for the delay",
    `
dana configures policy=firstCome delayMs=1000
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
6000 ms pass without a
  a leads no more, expired, delay of 1000 ms
  a campaigns no more, expired
999 ms pass
1 ms pass
  the delay is over
  b leads in term-2, vacant
b resigns
  b leads no more, resigned
  b campaigns no more, resigned
`,
  ],
  [
    "EL-5, EL-6: candidates that expire together leave nobody behind, and nobody of them is elected",
    `
dana configures policy=rendezvous windowMs=5000
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
  b leads in term-2, window after a
6000 ms pass without a b
  a campaigns no more, expired
  b leads no more, expired
  b campaigns no more, expired
`,
  ],
  [
    "EL-7: a higher priority takes over, an equal one does not",
    `
dana configures policy=priority preempt=true
a joins
b joins
c joins
a campaigns priority=1
  a leads in term-1, vacant
b campaigns priority=1
c campaigns priority=2
  c leads in term-2, preempted after a
c campaigns priority=0
  a leads in term-3, preempted after c
a hands term-3 to c
  refused: unsupported
`,
  ],
  [
    "EL-7: without preempt it waits for the vacancy",
    `
dana configures policy=priority
a joins
b joins
a campaigns priority=1
  a leads in term-1, vacant
b campaigns priority=2
a resigns
  a leads no more, resigned
  a campaigns no more, resigned
  b leads in term-2, vacant
`,
  ],
  [
    "EL-12: a deposition names its term; who was deposed stands back until there is nobody else",
    `
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
dana deposes term-9
  refused: notFound
dana deposes term-1
  a leads no more, deposed
  b leads in term-2, vacant
b resigns
  b leads no more, resigned
  b campaigns no more, resigned
  a leads in term-3, vacant
`,
  ],
  [
    "EL-12: who campaigns anew stands as if it had just come",
    `
dana configures policy=priority preempt=true
a joins
b joins
a campaigns priority=5
  a leads in term-1, vacant
b campaigns
dana deposes term-1
  a leads no more, deposed
  b leads in term-2, vacant
a campaigns priority=5
  a leads in term-3, preempted after b
`,
  ],
  [
    "EL-13: who is blocked is out until the block is lifted",
    `
a joins
b joins
a campaigns
  a leads in term-1, vacant
b campaigns
dana blocks a
  a leads no more, blocked
  a campaigns no more, blocked
  b leads in term-2, vacant
a campaigns
  refused: conflict
dana unblocks a
a campaigns
`,
  ],
  [
    "EL-14: a frozen group elects nobody and opens no ballot; who leads goes on",
    `
a joins
b joins
a campaigns
  a leads in term-1, vacant
dana freezes
b campaigns
a asserts term-1
a hands term-1 to b
  refused: conflict
a resigns
  a leads no more, resigned
  a campaigns no more, resigned
dana appoints b
  refused: conflict
dana thaws
  b leads in term-2, vacant
`,
  ],
  [
    "EL-4, EL-9: an operator appoints, also within a delay, and nobody else does",
    `
dana configures policy=operator delayMs=1000
a joins
b joins
a campaigns
b campaigns
dana appoints a
  a leads in term-1, appointed
dana appoints b
  b leads in term-2, appointed after a
dana deposes term-2
  b leads no more, deposed, delay of 1000 ms
dana appoints a
  a leads in term-3, appointed
`,
  ],
  [
    "EL-4: who lacks the role does not campaign, and goes when new settings ask for it",
    `
a joins
b joins merger
a campaigns
  a leads in term-1, vacant
b campaigns
dana configures roles=merger
  a leads no more, ineligible
  a campaigns no more, ineligible
  b leads in term-2, vacant
a campaigns
  refused: conflict
`,
  ],
  [
    "EL-11: a majority of the members confirms, each with one word",
    `
dana configures policy=quorum members=a+b+c
a joins
b joins
c joins
a campaigns
b observes
  ballot-1 on a, 2 of 3 are needed
b votes no ballot-9
  refused: notFound
a votes yes ballot-1
  refused: conflict
b votes yes ballot-1
  a leads in term-1, confirmed
c votes no ballot-1
  refused: notFound
`,
  ],
  [
    "EL-11: who is refused is asked last; when all were, everybody waits a while",
    `
dana configures policy=quorum members=b+c+d confirmMs=500
a joins
b joins
c joins
d joins
a campaigns
b observes
c observes
  ballot-1 on a, 2 of 3 are needed
d campaigns
b votes no ballot-1
c votes no ballot-1
  ballot-1 on a is closed, refused
  ballot-2 on d, 2 of 3 are needed
500 ms pass
  ballot-2 on d is closed, timeout, delay of 500 ms
500 ms pass
  the delay is over
  ballot-3 on a, 2 of 3 are needed
`,
  ],
  [
    "EL-11: with the only other one deposed, a refusal is followed by a wait and not by the next ballot",
    `
dana configures policy=quorum members=b+c confirmMs=500
a joins
b joins
c joins
a campaigns
b observes
c observes
  ballot-1 on a, 2 of 2 are needed
b votes yes ballot-1
c votes yes ballot-1
  a leads in term-1, confirmed
dana deposes term-1
  a leads no more, deposed
  ballot-2 on a, 2 of 2 are needed
b campaigns
c votes no ballot-2
  ballot-2 on a is closed, refused
  ballot-3 on b, 2 of 2 are needed
c votes no ballot-3
  ballot-3 on b is closed, refused, delay of 500 ms
`,
  ],
  [
    "EL-4: whom a quorum refused comes first all the same where no quorum is asked any more",
    `
dana configures policy=quorum members=b+c
a joins
b joins
c joins
a campaigns priority=2
b observes
c observes
  ballot-1 on a, 2 of 2 are needed
b campaigns priority=1
b votes no ballot-1
  ballot-1 on a is closed, refused
  ballot-2 on b, 2 of 2 are needed
dana configures policy=priority
  ballot-2 on b is closed, overtaken
  a leads in term-3, vacant
`,
  ],
  [
    "EL-11: a ballot goes with its nominee, and the next one is asked about",
    `
dana configures policy=quorum members=a+b+c
a joins
b joins
c joins
a campaigns
b campaigns
  ballot-1 on a, 2 of 3 are needed
c observes
dana blocks a
  a campaigns no more, blocked
  ballot-1 on a is closed, nomineeGone
  ballot-2 on b, 2 of 3 are needed
dana configures policy=firstCome
  ballot-2 on b is closed, overtaken
  b leads in term-3, vacant
`,
  ],
  [
    "EL-9, EL-11: a hand-over is put to the vote, and its ballot ends with the leader",
    `
dana configures policy=quorum members=a+b+c
a joins
b joins
c joins
a campaigns
b campaigns
  ballot-1 on a, 2 of 3 are needed
b votes yes ballot-1
  a leads in term-1, confirmed
a hands term-1 to b
  ballot-2 on b, 2 of 3 are needed
a votes yes ballot-2
  b leads in term-2, confirmed after a
b hands term-2 to a
  ballot-3 on a, 2 of 3 are needed
6000 ms pass without a b c
  a campaigns no more, expired
  ballot-3 on a is closed, overtaken
  b leads no more, expired
  b campaigns no more, expired
`,
  ],
  [
    "EL-14: a freeze ends the ballot, a thaw opens another",
    `
dana configures policy=quorum members=a+b confirmMs=500
a joins
b joins
a campaigns
b observes
  ballot-1 on a, 2 of 2 are needed
dana freezes
  ballot-1 on a is closed, overtaken
2000 ms pass
dana thaws
  ballot-2 on a, 2 of 2 are needed
`,
  ],
];
