update questions set text_hash = 'e3b0c44298fc1c149afbf4c8996fb924' where number = 1;
