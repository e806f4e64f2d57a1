{
  "keyId": "a74e3fa01b97e3e7",
  "algorithm": "ES256",
  "signature": "BorshRByYtifr4OmxP6SWAkcIjQi7FMeLjSCcLpRcx2zPyuOSQ4hhLIOHK+O412Aj3XmnOqdVkTTlztbTT8+jA=="
}