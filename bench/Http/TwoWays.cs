using System.Net.Http.Headers;
using System.Text.Json;
using Understudy.Bench.Serving;
using Understudy.Inference.Pipelines;

namespace Understudy.Bench.Http;

/// <summary>The same input, answered over HTTP or by a call in process, by the same models.</summary>
internal sealed class TwoWays : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan });
    private readonly JointInference _inference;
    private readonly string _task;
    private readonly Uri _uri;
    private readonly Uri _live;
    private readonly byte[][] _bodies;
    private readonly InferenceInput[][] _inputs;

    public TwoWays(ServedTask served)
    {
        _inference = served.Service<JointInference>();
        _task = served.Task;
        _uri = new($"{served.Url}/api/tasks/{served.Task}/infer");
        _live = new($"{served.Url}/health/live");
        _bodies = [.. served.Texts.Select(text => JsonSerializer.SerializeToUtf8Bytes(new { input = text }))];
        _inputs = [.. served.Texts.Select(text => new InferenceInput[] { new("0", text) })];
    }

    public int Inputs => _bodies.Length;

    /// <summary>Sends a body that was made before, and takes the answer whole; reading it is the caller's own affair.</summary>
    public async Task HttpAsync(int input)
    {
        using var content = new ByteArrayContent(_bodies[input]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.PostAsync(_uri, content);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    public Task InProcessAsync(int input) => _inference.InferAsync(_task, _inputs[input]);

    public async Task NothingAsync()
    {
        using var response = await _http.GetAsync(_live);
        await response.Content.ReadAsByteArrayAsync();
    }

    public void Dispose() => _http.Dispose();
}
