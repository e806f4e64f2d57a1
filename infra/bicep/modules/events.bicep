metadata description = 'The topic on which releases, batches, edges and drift are announced, as CloudEvents, and the account\'s own, which announces its blobs.'

@description('Where the topics are put: where the account is.')
param location string

@description('Name of the topic.')
param name string

@description('Name of the account\'s topic; an account has one at most.')
param blobsName string

@description('The account whose blobs are announced.')
param storageAccountName string

@description('The identity that both put aside under what they cannot deliver.')
param identityId string

@description('Tags of the topics.')
param tags { *: string }

var identity = {
  type: 'UserAssigned'
  userAssignedIdentities: { '${identityId}': {} }
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: identity
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource blobs 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: blobsName
  location: location
  tags: tags
  identity: identity
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

@description('Where events are sent to.')
output endpoint string = topic.properties.endpoint
