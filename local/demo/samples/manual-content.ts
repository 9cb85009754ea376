/** What the operator's manual says, in order; `make-samples.ts` gives it Word's styles. */
export type Part =
  | { heading: string; level: 1 | 2 }
  | { text: string }
  | { steps: string[] }
  | { bullets: string[] }
  | { rows: string[][] };

export const MANUAL_TITLE = 'HB-200 Logistics Robot: Operator Manual';

export const MANUAL: Part[] = [
  {
    text: 'Document OM-200-EN, revision 4, February 2026. Hanbit Robotics Co., Ltd., Pangyo, Republic of Korea.',
  },
  { heading: '1 About this manual', level: 1 },
  {
    text: 'This manual is for people who work with the HB-200 every day: operators, shift leaders and site administrators. It explains how to set the robot up, run it safely, look after it and read its error codes. Installation of the elevator link and of automatic doors is described in the separate installer guide, document IG-200-EN.',
  },
  {
    text: 'Keep this manual near the charging dock. If something in it does not match what you see on the robot, trust the robot’s screen, stop working and call customer support at +82 2 1577 0200.',
  },
  { heading: '2 Safety', level: 1 },
  { heading: '2.1 Emergency stop', level: 2 },
  {
    text: 'The HB-200 has two red emergency stop buttons, one on either side of the mast. Pressing one cuts the power to the wheels within 0.2 seconds. The robot stays where it is and its lights flash red. To release it, turn the button clockwise, then hold the blue reset button for three seconds. Never release an emergency stop before you know why it was pressed.',
  },
  { heading: '2.2 Rules for everyone on the floor', level: 2 },
  {
    bullets: [
      'Do not ride on the robot and do not sit on its load deck.',
      'Keep 50 cm away from a moving robot, and do not step backwards into its path.',
      'Do not cover the front or rear laser scanner with tape, film or cargo.',
      'Do not use the robot within 10 m of open flames or in areas marked as explosive.',
      'Children under 14 may be in the working area only in the company of an adult.',
    ],
  },
  { heading: '2.3 Speed zones', level: 2 },
  {
    text: 'The administrator draws speed zones on the map. In a green zone the robot drives at up to 1.8 m/s, in a yellow zone at 0.8 m/s, and in a red zone at 0.3 m/s with its warning sound on. Where people and robots share a corridor, use at least a yellow zone. The robot always slows down to 0.3 m/s when a person is closer than 1.2 m.',
  },
  { heading: '3 Technical data', level: 1 },
  {
    rows: [
      ['Property', 'Value'],
      ['Dimensions (length × width × height)', '890 × 620 × 1,310 mm'],
      ['Weight without load', '96 kg'],
      ['Maximum load', '200 kg, evenly spread'],
      ['Battery', 'LiFePO4, 48 V, 40 Ah'],
      ['Running time', '8 hours at full load, 14 hours empty'],
      ['Charging time', '2 hours 30 minutes from 15% to 100%'],
      ['Operating temperature', '0 °C to 40 °C'],
      ['Maximum slope', '5 degrees'],
      ['Noise', '58 dB(A) at a distance of 1 m'],
      ['Protection class', 'IP54'],
    ],
  },
  { heading: '4 First steps', level: 1 },
  { heading: '4.1 Unpacking', level: 2 },
  {
    text: 'Two people are needed. Remove the four transport locks, marked with yellow ribbons, before you switch the robot on: driving with the locks in place destroys the suspension and is not covered by the warranty. Keep the crate for at least 14 days in case you want to return the robot.',
  },
  { heading: '4.2 Placing the charging dock', level: 2 },
  {
    text: 'Put the dock against a wall with 1.5 m of free floor in front of it and 30 cm on each side. It needs a grounded socket (220 V, 16 A) of its own. Do not use extension cables.',
  },
  { heading: '4.3 Making a map', level: 2 },
  {
    steps: [
      'Push the robot to the dock, switch it on with the key, and wait for the chime, about 90 seconds.',
      'Choose Map, then New map, and hold the handle with both hands.',
      'Walk the robot along every corridor at normal walking speed. Close large loops: come back to a place you have passed before.',
      'Return to the dock and choose Save. A floor of 2,000 m² takes about 25 minutes.',
      'Draw speed zones, no-go areas and stops on the map in Fleet Cloud.',
    ],
  },
  { heading: '5 Daily work', level: 1 },
  { heading: '5.1 Before each shift', level: 2 },
  {
    bullets: [
      'Look for cargo straps or film near the wheels.',
      'Wipe both laser scanners with a dry microfibre cloth.',
      'Press each emergency stop button once and release it. If the robot does not react, take it out of service.',
      'Check that the battery shows at least 40%.',
    ],
  },
  { heading: '5.2 Sending the robot', level: 2 },
  {
    text: 'Load the deck so that the heavy items lie low and in the middle. Choose one or more stops on the screen and press Go. At each stop the robot waits for two minutes, or until somebody presses Done. If nobody comes, it carries on to the next stop and marks the delivery as missed.',
  },
  { heading: '5.3 Calling the robot', level: 2 },
  {
    text: 'Use the call button at a stop, the Fleet Cloud app, or the API. Calls are served in order; a call marked urgent goes first, but never interrupts a delivery that is under way. Up to 20 robots can share one map.',
  },
  { heading: '6 Error codes', level: 1 },
  {
    text: 'The screen shows a code and a short text. Codes below E-20 clear themselves once their cause is gone; the others must be confirmed with the reset button.',
  },
  {
    rows: [
      ['Code', 'Meaning', 'What to do'],
      ['E-07', 'Path blocked for 60 seconds', 'Clear the way or press Detour'],
      ['E-12', 'Position lost', 'Push the robot to a dock or a map marker and press Locate'],
      ['E-21', 'Overload: more than 200 kg on the deck', 'Take load off, then press reset'],
      ['E-24', 'Wheel motor too hot', 'Let the robot rest for 20 minutes'],
      ['E-31', 'Charging contacts dirty', 'Wipe the contacts with a dry cloth'],
      ['E-32', 'Battery above 55 °C', 'Switch the robot off and call support'],
      ['E-40', 'Laser scanner fault', 'Take the robot out of service and call support'],
    ],
  },
  { heading: '7 Maintenance', level: 1 },
  {
    rows: [
      ['Interval', 'Task', 'By whom'],
      ['Every day', 'Clean the scanners and the charging contacts', 'Operator'],
      ['Every week', 'Remove hair and thread from the casters', 'Operator'],
      ['Every 3 months', 'Check the brakes and tighten the mast screws to 12 Nm', 'Administrator'],
      ['Every 12 months', 'Full inspection, replacement of the drive wheels', 'Hanbit service'],
    ],
  },
  {
    text: 'Drive wheels last about 4,000 km. Use only original wheels: other tyres change the braking distance. Before any work on the robot, switch it off and remove the key.',
  },
  { heading: '7.1 Storage', level: 2 },
  {
    text: 'If the robot is not used for more than four weeks, charge the battery to 60%, switch the main breaker off and store the robot dry at 5 °C to 25 °C. Recharge it to 60% every three months.',
  },
  { heading: '8 Warranty and disposal', level: 1 },
  {
    text: 'The warranty is two years for the robot and one year for the battery, counted from the day of installation. It does not cover wear parts such as wheels and bumpers, damage from transport locks left in place, or repairs by anyone but Hanbit service partners.',
  },
  {
    text: 'The battery must not go into household waste. Hanbit takes back old batteries free of charge; write to recycle@hanbit-robot.example to arrange the pick-up.',
  },
];
