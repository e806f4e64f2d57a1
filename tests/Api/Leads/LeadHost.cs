using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Api.Tests.Leads;

/// <summary>The local host with a task whose lead is behind an endpoint.</summary>
public sealed class LeadHost : IAsyncLifetime
{
    /// <summary>What a caller may have to wait for the lead.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    public TestHost Host { get; private set; } = null!;

    internal FakeLead Lead { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Lead = await FakeLead.StartAsync();
        Host = new TestHost
        {
            Define = task => task with
            {
                Plugin = "supercontext",
                Lead = new()
                {
                    Protocol = LeadDefinition.OpenAi,
                    Endpoint = Lead.Endpoint.ToString(),
                    Model = "big",
                    TimeoutSeconds = 0.5,
                    DeadlineSeconds = Deadline.TotalSeconds,
                    Retries = 1,
                },
            },
        };
        await Host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Lead.DisposeAsync();
    }
}
