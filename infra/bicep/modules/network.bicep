metadata description = 'A network for the app and the containers, so that the verifier is reached from inside only.'

@description('Where the network is put.')
param location string

@description('Name of the network.')
param name string

@description('Addresses of the network: a /16 to /22, of which the app gets the first /24 and the containers the second.')
param addressPrefix string

@description('Tags of the network.')
param tags { *: string }

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      for (subnet, index) in ['app', 'containers']: {
        name: subnet
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, index)
          // Flex Consumption and Container Apps both run here, each in a subnet of its own.
          delegations: [
            { name: 'containers', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource containers 'subnets' existing = {
    name: 'containers'
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('The subnet from which the app calls out.')
output appSubnetId string = network::app.id

@description('The subnet of the containers.')
output containersSubnetId string = network::containers.id
