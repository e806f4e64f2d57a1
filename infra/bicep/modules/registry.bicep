metadata description = 'The registry of the container images; pulled by identity, no admin user.'

@description('Where the registry is put.')
param location string

@description('Name of the registry, unique in the world.')
@minLength(5)
@maxLength(50)
param name string

@description('Tags of the registry.')
param tags { *: string }

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
  }
}

@description('Host name that images are pulled from.')
output loginServer string = registry.properties.loginServer
