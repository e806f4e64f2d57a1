namespace Understudy.Verifier.Tests;

/// <summary>One service for tests that leave it as it is.</summary>
public sealed class VerifierFixture : IAsyncLifetime
{
    internal RunningVerifier Verifier { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Verifier = await RunningVerifier.StartAsync("--Limits:OutputTokens=200", "--Limits:Choices=6", "--Limits:BodyBytes=65536", "--Limits:CandidateTokens=40", "--Scheduling:PromptTokensPerTurn=32", "--Scheduling:StreamIdleSeconds=600");

    public ValueTask DisposeAsync() => Verifier.DisposeAsync();
}
