{
  "keyId": "ad1a13e54c7eb785",
  "algorithm": "ES256",
  "signature": "QxImv1ZgW2rwVW0+RbcbxHMEUlFfPIOruRK85vxZLIwc/8lHe3vTmG8+v4JKkjUsWt7D3abyxQJstqCcyLpdIg=="
}