import { addCollectionMember } from './add-collection-member.ts';
import { createCollection } from './create-collection.ts';
import { createDocument } from './create-document.ts';
import { createDocumentFromText } from './create-document-from-text.ts';
import { createDocumentFromUrl } from './create-document-from-url.ts';
import { deleteCollection } from './delete-collection.ts';
import { deleteDocument } from './delete-document.ts';
import { deleteDocuments } from './delete-documents.ts';
import { downloadDocument } from './download-document.ts';
import { getChunk } from './get-chunk.ts';
import { getCollection } from './get-collection.ts';
import { getDocument } from './get-document.ts';
import { listChunks } from './list-chunks.ts';
import { listCollectionMembers } from './list-collection-members.ts';
import { listCollections } from './list-collections.ts';
import { listDocuments } from './list-documents.ts';
import { removeCollectionMember } from './remove-collection-member.ts';
import { retryDocument } from './retry-document.ts';
import { search } from './search.ts';
import { updateCollection } from './update-collection.ts';
import { updateDocument } from './update-document.ts';

export const routes = {
  createCollection,
  listCollections,
  getCollection,
  updateCollection,
  deleteCollection,
  listCollectionMembers,
  addCollectionMember,
  removeCollectionMember,
  createDocument,
  createDocumentFromText,
  createDocumentFromUrl,
  listDocuments,
  getDocument,
  updateDocument,
  deleteDocument,
  deleteDocuments,
  retryDocument,
  listChunks,
  getChunk,
  downloadDocument,
  search,
};
