// The CloudFront function of the console. Its runtime is not Node: it knows no modules and no optional chaining.
function handler(event) {
  const request = event.request;
  const file = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (file.indexOf('.') < 0) request.uri = '/index.html';
  return request;
}

module.exports = { code: handler.toString(), handler };
