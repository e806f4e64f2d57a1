using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Functions.Durable;
using Understudy.Functions.Retraining;
using Understudy.Functions.Tests.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Retraining;

public class RetrainFunctionsTests
{
    [Theory]
    [InlineData("retrain-publish")] // starts the rollout
    [InlineData("retrain-prune")] // asks which runs need what
    public async Task Steps_ThatNeedOtherRuns_HaveTheInvocationsClient(string step)
    {
        var registry = new WorkflowRegistry().AddActivity<LookActivity, string, string>(new(step));
        var bound = new BoundWorkflowClient(registry);
        var functions = new RetrainFunctions(new WorkflowRunner(registry, new ServiceCollection().AddSingleton<IWorkflowClient>(bound).BuildServiceProvider()), bound);
        var client = new FakeTaskClient();
        client.Instances["a"] = new OrchestrationMetadata("rollout", "a");
        var input = JsonSerializer.SerializeToElement("a");

        var output = await (step == "retrain-prune"
            ? functions.Prune(input, "retrain-1", client, new FakeFunctionContext())
            : functions.Publish(input, "retrain-1", client, new FakeFunctionContext()));

        Assert.Equal("rollout", output.GetString());
    }

    private sealed class LookActivity(IWorkflowClient workflows) : Activity<string, string>
    {
        public override async Task<string> RunAsync(ActivityContext context, string input) => (await workflows.GetAsync(input, context.CancellationToken))!.Name;
    }
}
