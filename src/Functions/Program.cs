using Azure.Identity;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Understudy.Api;
using Understudy.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddUnderstudyFunctions();
builder.Services.AddUnderstudyTelemetry(builder.Configuration, "understudy", static () => new DefaultAzureCredential());
await builder.Build().RunAsync();
