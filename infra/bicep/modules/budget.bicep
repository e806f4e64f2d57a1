metadata description = 'Warns before the month costs more than it may. A budget stops nothing: limits on instances and replicas do.'

@description('Name of the budget.')
param name string

@description('What a month may cost, in the currency of the subscription.')
@minValue(1)
param amount int

@description('Who is told.')
@minLength(1)
param emails string[]

@description('The first day of a month.')
param startDate string

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    filter: {
      dimensions: { name: 'ResourceGroupName', operator: 'In', values: [resourceGroup().name] }
    }
    notifications: {
      spent80: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: emails }
      expected100: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
