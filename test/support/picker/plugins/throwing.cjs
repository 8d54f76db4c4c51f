throw new Error('syntax of another world');
