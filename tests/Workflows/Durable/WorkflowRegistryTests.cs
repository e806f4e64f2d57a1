using Microsoft.Extensions.DependencyInjection;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests.Durable;

public class WorkflowRegistryTests
{
    private static readonly WorkflowName<string, string> Story = new("story");

    [Fact]
    public async Task Find_EachVersion_HasTheLatestCodeThatIsNotNewer()
    {
        var registry = new WorkflowRegistry(4).AddWorkflow<First, string, string>(Story).AddWorkflow<Third, string, string>(Story, since: 3);

        var services = new ServiceCollection().BuildServiceProvider();
        var told = new List<object?>();
        for (var version = 1; version <= 4; version++)
        {
            told.Add(await registry.Find("story", version)!.RunAsync(services, null!, ""));
        }

        Assert.Equal(["first", "first", "third", "third"], told);
        Assert.Equal("third", await registry.Workflows["story"].RunAsync(services, null!, ""));
    }

    [Fact]
    public void Find_OlderThanItsFirstCode_IsNone()
    {
        var registry = new WorkflowRegistry(2).AddWorkflow<Third, string, string>(Story, since: 2);

        Assert.Null(registry.Find("story", 1));
        Assert.Null(registry.Find("other", 2));
    }

    [Fact]
    public void AddWorkflow_SameVersionTwiceOrAboveTheProgram_IsRefused()
    {
        var registry = new WorkflowRegistry(2).AddWorkflow<First, string, string>(Story);

        Assert.Throws<ArgumentException>(() => registry.AddWorkflow<Third, string, string>(Story));
        Assert.Throws<ArgumentException>(() => registry.AddWorkflow<Third, string, string>(Story, since: 3));
    }

    private sealed class First : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) => Task.FromResult("first");
    }

    private sealed class Third : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) => Task.FromResult("third");
    }
}
