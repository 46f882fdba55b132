// Starts telegram-test-api on 127.0.0.1, at the port given (0: a free one), and says where once it listens.
// Mends the four places in which it differs from Telegram's own server.
'use strict';
const TelegramServer = require('telegram-test-api');
const { routes } = require('telegram-test-api/lib/routes/index');

routes.unshift((app) => app.use((request, response, next) => {
  const json = response.json.bind(response);
  response.json = (body) => {
    if (body.ok && body.result === null) body.result = true; // edits and answers are confirmed with true
    if (body.ok && request.path.endsWith('/getMe')) body.result.is_bot = true;
    return json(body);
  };
  next();
}));

const { formatUpdate } = TelegramServer;
TelegramServer.formatUpdate = (update) => {
  const formatted = formatUpdate(update);
  if (formatted.callback_query) formatted.callback_query.chat_instance = '1';
  return formatted;
};

const { addBotMessage } = TelegramServer.prototype;
TelegramServer.prototype.addBotMessage = function addInSeconds(...given) {
  const message = addBotMessage.apply(this, given);
  return { ...message, date: Math.floor(message.date / 1000) };
};

const server = new TelegramServer({ host: '127.0.0.1', storeTimeout: 3600 });
server.config.port = Number(process.argv[2]);
server.start().then(() => console.log(`http://127.0.0.1:${server.server.address().port}`));
