using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Verifier.Tests.OpenAi;

/// <summary>A generation task elsewhere whose <c>task.json</c> names this service as its lead.</summary>
public sealed class LeadOfATaskTests
{
    [Fact]
    public async Task Infer_TheServiceIsTheLead_AnswersAsTheTasksSchemaAllows()
    {
        await using var verifier = await RunningVerifier.StartAsync(models => TestCalls.WriteAsync(models).GetAwaiter().GetResult());
        using var folder = new TemporaryFolder();
        await TestCalls.WriteAsync(folder.Path, draft: false, more: $$""","lead":{"protocol":"openai","endpoint":"{{new Uri(verifier.Url, "v1")}}","model":"{{TestCalls.Task}}"},"whenLeadIsAway":"wait" """);
        using var catalog = new ReleaseCatalog(folder.Path);
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(TestCalls.Task);

        foreach (var input in (string[])["call anna", "text dora and carl"])
        {
            var answer = Assert.Single(await new JointInference(catalog, leads: leads).InferAsync(TestCalls.Task, [new("x", input)], cancellationToken: TestContext.Current.CancellationToken));

            Assert.Equal(("lead", false), (answer.Receipt.AnsweredBy, answer.Receipt.Degraded));
            Assert.True(lease.Release.Calls!.Accepts(input, answer.Completion!), answer.Completion);
            Assert.InRange(answer.Confidence, 0, 0.999);
            Assert.True(answer.Receipt.Tiers[^1].Tokens!.Completion > 1);
            Assert.Contains(TestCalls.Task, answer.Receipt.Stages.Single(stage => stage.Name == "verify").Reason);
        }
    }
}
