metadata description = 'The lead behind an endpoint: one GPU a replica, none when nobody asks, some through the hours that are named.'

import { busyHours, gpuProfile } from 'types.bicep'

@description('Where the app is put.')
param location string

@description('Name of the app.')
@maxLength(32)
param name string

@description('The environment it runs in.')
param environmentId string

@description('The GPU of a replica.')
param gpu gpuProfile

@description('The identity it pulls and reports under.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('The registry of the image.')
param registry string

@description('The image, with its registry and a tag or digest.')
param image string

@description('The component that telemetry goes to.')
param applicationInsightsName string

@description('Share of traces that Application Insights keeps, such as 0.1.')
param tracesKept string

@description('Never fewer replicas than this. Only a request over HTTP starts the first one: gRPC comes through a plain port that nothing counts.')
@minValue(0)
@maxValue(100)
param minimumReplicas int = 0

@description('Never more replicas than this; each has a GPU.')
@minValue(1)
@maxValue(100)
param maximumReplicas int

@description('Requests in flight for which one more replica is started: about what one decodes together.')
@minValue(1)
param requestsAReplica int

@description('Hours in which replicas are kept warm.')
param warm busyHours[]

@description('Tags of the app.')
param tags { *: string }

var ports = { http: 8080, grpc: 8081 }

// All of a node of each kind: a GPU is not shared.
var node = {
  'Consumption-GPU-NC8as-T4': { cpu: 8, memory: '56Gi' }
  'Consumption-GPU-NC24-A100': { cpu: 24, memory: '220Gi' }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'gpu'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        { server: registry, identity: identityId }
      ]
      ingress: {
        // Of an internal environment: reached from the network, the app's subnet among it, and from nowhere else. 'false' is for other containers alone.
        external: true
        transport: 'http'
        targetPort: ports.http
        allowInsecure: false
        // gRPC streams the verification; it has a port of its own because HTTP/2 is spoken without TLS behind the ingress. The rule for requests below does
        // not see it, so a verifier that is asked this way alone has to be kept by minimumReplicas or warm.
        additionalPortMappings: [
          { external: true, targetPort: ports.grpc, exposedPort: ports.grpc }
        ]
      }
    }
    template: {
      terminationGracePeriodSeconds: 120
      containers: [
        {
          name: 'verifier'
          image: image
          resources: node[gpu]
          env: [
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
            // The traces that the app keeps.
            { name: 'OTEL_TRACES_SAMPLER', value: 'microsoft.fixed_percentage' }
            { name: 'OTEL_TRACES_SAMPLER_ARG', value: tracesKept }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/health/ready', port: ports.http }
              // Five minutes for the image's models: ten failures are the most that Azure takes.
              periodSeconds: 30
              failureThreshold: 10
            }
            {
              type: 'Readiness'
              httpGet: { path: '/health/ready', port: ports.http }
              periodSeconds: 5
            }
            {
              type: 'Liveness'
              httpGet: { path: '/health/live', port: ports.http }
              periodSeconds: 15
            }
          ]
        }
      ]
      scale: {
        minReplicas: minimumReplicas
        maxReplicas: maximumReplicas
        cooldownPeriod: 600
        rules: concat(
          [
            {
              name: 'requests'
              http: { metadata: { concurrentRequests: string(requestsAReplica) } }
            }
          ],
          map(warm, (hours, index) => {
            name: 'warm-${index}'
            custom: {
              type: 'cron'
              metadata: {
                timezone: hours.timezone
                start: hours.start
                end: hours.end
                desiredReplicas: string(hours.replicas)
              }
            }
          })
        )
      }
    }
  }
}

@description('Where the OpenAI-compatible API is, from inside the network.')
output endpoint string = 'https://${app.properties.configuration.ingress.fqdn}'

@description('Where gRPC is, from inside the network; the network is its protection.')
output grpcEndpoint string = 'http://${app.properties.configuration.ingress.fqdn}:${ports.grpc}'
