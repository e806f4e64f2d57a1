{
  "keyId": "ad1a13e54c7eb785",
  "algorithm": "ES256",
  "signature": "8eksDO0ju+SyKs/Fklp46yNRylL3CMzoaGUACiZ+EWKn5snDY/9xErjMBYRwCGL+jtTQ6inBPbNZv3Y+RsAMQA=="
}