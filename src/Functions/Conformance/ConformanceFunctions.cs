using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Conformance;

/// <summary>Lets the tests of the workflow port run on Durable Functions; there for nobody unless <see cref="ConformanceGroup.Setting"/> is set.</summary>
public sealed class ConformanceFunctions(ConformanceGroup group, WorkflowRunner runner, BoundWorkflowClient workflows)
{
    public const string Route = "conformance/{suite}/{test}";

    [Function("HttpConformance")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, string suite, string test, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        workflows.Bind(client);
        return group.Suites is { } suites && await suites.RunAsync(suite, test, workflows, cancellationToken) is { } result
            ? TypedResults.Ok(result)
            : TypedResults.NotFound();
    }

    [Function("scripted-workflow")]
    public Task<JsonElement> Workflow([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("scripted-workflow", context);

    [Function("scripted-activity")]
    public Task<JsonElement> Activity([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("scripted-activity", input, instanceId, context.CancellationToken);

    [Function("other-scripted-activity")]
    public Task<JsonElement> OtherActivity([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("other-scripted-activity", input, instanceId, context.CancellationToken);
}
