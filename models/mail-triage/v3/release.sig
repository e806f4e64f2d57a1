{
  "keyId": "37b76ca6759ff028",
  "algorithm": "ES256",
  "signature": "V3yLlFLuCDRLHvJ1paNgjj1EgZkICVTWzyiQu2HMmZ/VcWdM0Yd/lnhCnJ6CHxxSZnlMp9gFEqO0aX2Du2QvTw=="
}