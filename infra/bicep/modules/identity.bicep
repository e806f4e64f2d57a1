metadata description = 'The identity under which the app does everything.'

@description('Where the identity is put.')
param location string

@description('Name of the identity.')
param name string

@description('Tags of the identity.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, to attach the identity with.')
output id string = identity.id

@description('Client id, to ask for tokens with.')
output clientId string = identity.properties.clientId

@description('Principal id, to grant roles to.')
output principalId string = identity.properties.principalId
