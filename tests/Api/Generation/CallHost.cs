using Understudy.Tests;

namespace Understudy.Api.Tests.Generation;

/// <summary>The local host with a generation task beside the other.</summary>
public sealed class CallHost : IAsyncLifetime
{
    public TestHost Host { get; } = new() { WithCalls = true };

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
