using Understudy.Tests;

[assembly: AssemblyFixture(typeof(Understudy.Edge.Tests.CloudFixture))]

namespace Understudy.Edge.Tests;

/// <summary>One cloud for all tests that each have a site of their own in it. Its task is audited, though next to never.</summary>
public sealed class CloudFixture : IAsyncLifetime
{
    public TestHost Host { get; } = new() { Define = task => task with { Audit = new() { Share = 1e-9, Seed = 1 } } };

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
