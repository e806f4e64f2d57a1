metadata description = 'Makes the containers\' names known in the network.'

@description('The domain of the containers.')
param domain string

@description('The address that all its names stand for.')
param address string

@description('The network in which they are known.')
param networkId string

@description('Tags of the zone.')
param tags { *: string }

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: domain
  location: 'global'
  tags: tags

  resource all 'A' = {
    name: '*'
    properties: {
      ttl: 300
      aRecords: [
        { ipv4Address: address }
      ]
    }
  }

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}
