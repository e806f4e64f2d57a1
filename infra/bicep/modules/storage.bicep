metadata description = 'One account for the host and for the data: no keys, no public blobs, TLS 1.2 at least.'

@description('Where the account is put.')
param location string

@description('Name of the account, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Days in which a deleted blob or container can be brought back.')
param retentionDays int

@description('Tags of the account.')
param tags { *: string }

var packageContainer = 'app-package'
var containers = [
  packageContainer
  'batches'
  'results'
  'teacher-outputs'
  'releases'
  'edge'
  'edge-reports'
  'quarantine'
  'work'
]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: retentionDays }
      containerDeleteRetentionPolicy: { enabled: true, days: retentionDays }
    }

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }
}

@description('The container that the app starts from.')
output packageContainerUri string = '${account.properties.primaryEndpoints.blob}${packageContainer}'
