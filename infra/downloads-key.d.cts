type Resource = {
  Type: string;
  Condition: string;
  Properties: {
    PublicKeyConfig?: { Name: string; CallerReference: string; EncodedKey: string };
    KeyGroupConfig?: { Name: string; Items: { Ref: string }[] };
  };
};
type Variables = { resolveVariable: (name: string) => Promise<string> };

/** The deploy tool's fragment of the template: CloudFront's key and its group. */
declare function keyOf(variables: Variables): Promise<{ id: string; Resources: Record<string, Resource> }>;
export = keyOf;
