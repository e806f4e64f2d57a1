using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Functions.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Durable;

public class WorkflowRunnerTests
{
    private static readonly ActivityName<Verse, Verse> Shout = new("shout");
    private static readonly WorkflowName<Verse, Verse> Story = new("story");

    private readonly WorkflowRunner _runner = new(
        new WorkflowRegistry().AddActivity<ShoutActivity, Verse, Verse>(Shout).AddWorkflow<StoryWorkflow, Verse, Verse>(Story),
        new ServiceCollection().BuildServiceProvider());

    private sealed record Verse(string Text);

    private sealed class ShoutActivity : Activity<Verse, Verse>
    {
        public override Task<Verse> RunAsync(ActivityContext context, Verse input) => Task.FromResult(new Verse($"{context.InstanceId}: {input.Text.ToUpperInvariant()}"));
    }

    private sealed class StoryWorkflow : Workflow<Verse, Verse>
    {
        public override Task<Verse> RunAsync(WorkflowContext context, Verse input) => context.CallActivityAsync(Shout, input);
    }

    [Fact]
    public async Task RunActivityAsync_Json_GoesInAndComesOut()
    {
        var output = await _runner.RunActivityAsync("shout", Json("""{"text":"now"}"""), "story-1", CancellationToken.None);

        Assert.Equal("""{"text":"story-1: NOW"}""", output.GetRawText());
    }

    [Fact]
    public async Task RunWorkflowAsync_Json_GoesInAndComesOut()
    {
        var context = new FakeOrchestrationContext { Input = Json("""{"text":"now"}""") };
        context.Steps["shout"] = input => new Verse(((Verse)input!).Text + "!");

        var output = await _runner.RunWorkflowAsync("story", context);

        Assert.Equal("""{"text":"now!"}""", output.GetRawText());
    }

    [Theory]
    [InlineData("", "now!")]
    [InlineData("1.0", "now!")]
    [InlineData("2.0", "NOW")]
    public async Task RunWorkflowAsync_AnInstanceOfAVersion_RunsItsCode(string version, string expected)
    {
        var runner = new WorkflowRunner(
            new WorkflowRegistry(2).AddWorkflow<StoryWorkflow, Verse, Verse>(Story).AddWorkflow<LoudStoryWorkflow, Verse, Verse>(Story, since: 2),
            new ServiceCollection().BuildServiceProvider());
        var context = new FakeOrchestrationContext { Input = Json("""{"text":"now"}"""), OwnVersion = version };
        context.Steps["shout"] = input => new Verse(((Verse)input!).Text + "!");

        Assert.Equal(expected, (await runner.RunWorkflowAsync("story", context)).GetProperty("text").GetString());
    }

    private sealed class LoudStoryWorkflow : Workflow<Verse, Verse>
    {
        public override Task<Verse> RunAsync(WorkflowContext context, Verse input) => Task.FromResult(new Verse(input.Text.ToUpperInvariant()));
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
