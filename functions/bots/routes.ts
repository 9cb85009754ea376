import { createBot } from './create-bot.ts';
import { deleteBot } from './delete-bot.ts';
import { getBot } from './get-bot.ts';
import { listBots } from './list-bots.ts';
import { listLlmModels } from './list-llm-models.ts';
import { listModels } from './list-models.ts';
import { updateBot } from './update-bot.ts';

export const routes = { createBot, listBots, getBot, updateBot, deleteBot, listLlmModels, listModels };
