using Understudy.Tests;

[assembly: AssemblyFixture(typeof(Understudy.Edge.Tests.CloudFixture))]

namespace Understudy.Edge.Tests;

/// <summary>One cloud for all tests that each have a site of their own in it.</summary>
public sealed class CloudFixture : IAsyncLifetime
{
    public TestHost Host { get; } = new();

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
