metadata description = 'The topic on which releases, batches, edges and drift are announced, as CloudEvents.'

@description('Where the topic is put.')
param location string

@description('Name of the topic.')
param name string

@description('Tags of the topic.')
param tags { *: string }

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

@description('Where events are sent to.')
output endpoint string = topic.properties.endpoint
