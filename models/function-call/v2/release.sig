{
  "keyId": "a74e3fa01b97e3e7",
  "algorithm": "ES256",
  "signature": "1qVzRrM0pbe8m40z5FDA8HEQH3nD/Tu40VpKSc/qtUkcoPfedMncOtZbnYORJfiPgZdMkQYO8to4PCIj6wpA+g=="
}