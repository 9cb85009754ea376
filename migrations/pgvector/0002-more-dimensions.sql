-- The dimensions of usual models besides 384: 768 (base models), 1,024 (large ones and bge-m3), 512 and 1,536. An index
-- without rows costs an insert nothing but the check of its condition. With any other dimension every vector of the team
-- is compared, until a migration adds its index; HNSW takes up to 4,000 dimensions of half precision.
CREATE INDEX vectors_512 ON vectors USING hnsw ((embedding::halfvec(512)) halfvec_cosine_ops)
  WHERE vector_dims(embedding) = 512;
CREATE INDEX vectors_768 ON vectors USING hnsw ((embedding::halfvec(768)) halfvec_cosine_ops)
  WHERE vector_dims(embedding) = 768;
CREATE INDEX vectors_1024 ON vectors USING hnsw ((embedding::halfvec(1024)) halfvec_cosine_ops)
  WHERE vector_dims(embedding) = 1024;
CREATE INDEX vectors_1536 ON vectors USING hnsw ((embedding::halfvec(1536)) halfvec_cosine_ops)
  WHERE vector_dims(embedding) = 1536;
