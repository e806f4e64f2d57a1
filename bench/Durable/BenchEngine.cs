using Microsoft.Extensions.DependencyInjection;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Bench.Durable;

/// <summary>An embedded engine with the bench's workflows, on a database of the caller's.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public BenchEngine(string databasePath, Durability durability = Durability.ProcessCrash)
    {
        var services = new ServiceCollection();
        services.AddSingleton(BenchWorkflows.AddTo(new WorkflowRegistry()));
        services.AddEmbeddedDurable(options =>
        {
            options.DatabasePath = databasePath;
            options.Durability = durability;
        });
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IWorkflowClient>();
        _services.GetRequiredService<DurableEngine>().Start();
    }

    public IWorkflowClient Client { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
