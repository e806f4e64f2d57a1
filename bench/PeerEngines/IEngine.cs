namespace Understudy.Bench.PeerEngines;

/// <summary>A model opened in some engine. Not thread-safe.</summary>
internal interface IEngine : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Goes on with a prompt, the most likely token each time, whatever tokens come.</summary>
    /// <param name="prompt">Token ids.</param>
    /// <param name="tokens">How many new ones.</param>
    /// <exception cref="EngineFailedException">It gave up; the message has its last words.</exception>
    Task<EngineRun> RunAsync(int[] prompt, int tokens);
}
