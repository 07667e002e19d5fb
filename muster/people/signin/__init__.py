"""Getting in, staying in and getting out: passwords, passkeys, second factors, links, day passes, sessions."""
