export const documents = {
  title: 'Documents',
  viewer: {
    toolbar: 'Page and size',
    pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
    pageNumber: 'Page number',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    quoteIs: (quote: string) => `Marked: ${quote}`,
    unreadable: 'This PDF cannot be shown here',
    unreadableHint: 'It is damaged or protected. Download it and open it with another program.',
    download: 'Download',
    downloadFailed: 'The file could not be downloaded',
    noText: 'There is no text to show yet',
    noTextHint: 'It appears as soon as the document has been read.',
  },
};
