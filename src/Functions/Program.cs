using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Understudy.Functions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddUnderstudyFunctions();
builder.Services.AddWorkerTelemetry(builder.Configuration);
await builder.Build().RunAsync();
