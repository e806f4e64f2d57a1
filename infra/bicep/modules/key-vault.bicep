metadata description = 'The vault with the key that signs releases. The key never leaves it.'

@description('Where the vault is put.')
param location string

@description('Name of the vault, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Name of the signing key.')
param keyName string

@description('Tags of the vault.')
param tags { *: string }

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
  }

  // What signed a release must stay known, so the key is not rotated by a clock; docs/deploy.md says how to change it.
  resource key 'keys' = {
    name: keyName
    tags: tags
    properties: {
      kty: 'EC'
      curveName: 'P-256'
      keyOps: ['sign', 'verify']
    }
  }
}

@description('The signing key, without a version.')
output keyUri string = vault::key.properties.keyUri
