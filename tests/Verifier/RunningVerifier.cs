using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Inference.Decoding;
using Understudy.Tests;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Tests;

/// <summary>The service on free ports of this machine, with one small model, <c>tiny</c>.</summary>
internal sealed class RunningVerifier : IAsyncDisposable
{
    public const string Model = "tiny";

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private GrpcChannel? _channel;
    private LanguageModel? _reference;

    private RunningVerifier(string[] args, Action<string>? writeModels)
    {
        _path = TinyModels.Write(_folder.At("tiny"));
        Directory.CreateDirectory(_folder.At("models"));
        writeModels?.Invoke(_folder.At("models"));
        App = VerifierApp.Build(
            VerifierSettings.Read(["--urls=http://127.0.0.1:0", "--grpc=http://127.0.0.1:0", $"--models={_folder.At("models")}"]),
            [$"--Serve:{Model}:Path={_path}", .. args]);
    }

    public WebApplication App { get; }

    public HttpClient Http { get; private set; } = null!;

    public Admission Admission => App.Services.GetRequiredService<Admission>();

    public StepTurns Turns => App.Services.GetRequiredService<StepTurns>();

    public Uri Url => App.Services.GetRequiredService<Listeners>().Http;

    public V1.Verifier.VerifierClient Grpc => new(_channel ??= GrpcChannel.ForAddress(App.Services.GetRequiredService<Listeners>().Grpc));

    /// <summary>The same model in this process, to compare with.</summary>
    public LanguageModel Reference => _reference ??= LanguageModel.Load(_path);

    public static Task<RunningVerifier> StartAsync(params string[] args) => StartAsync(null, args);

    /// <param name="writeModels">Fills the models folder; null to leave it empty.</param>
    public static async Task<RunningVerifier> StartAsync(Action<string>? writeModels, params string[] args)
    {
        var verifier = new RunningVerifier(args, writeModels);
        try
        {
            await verifier.App.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await verifier.DisposeAsync();
            throw;
        }

        verifier.Http = new HttpClient { BaseAddress = verifier.Url };
        var shelf = verifier.App.Services.GetRequiredService<ModelShelf>();
        await Eventually.TrueAsync(() => shelf.IsComplete, "the models were loaded");
        return verifier;
    }

    /// <summary>What plain greedy decoding writes after a prompt.</summary>
    public TextGeneration Greedy(int[] prompt, int maxTokens, int? logProbabilities = null)
    {
        var generation = Reference.Generate(prompt, new() { MaxTokens = maxTokens, EndTokens = [Reference.Tokenizer.EndOfText!.Value], LogProbabilities = logProbabilities });
        return generation.Run(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, HttpCompletionOption when = HttpCompletionOption.ResponseContentRead, CancellationToken cancellationToken = default) =>
        Http.SendAsync(new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, when, cancellationToken);

    /// <summary>Posts, expects success, and gives the answer.</summary>
    public async Task<JsonNode> AskAsync(string path, string json)
    {
        using var response = await PostAsync(path, json);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer!.ToJsonString());
        return answer;
    }

    /// <summary>The data of every event of a stream, the closing word left out.</summary>
    public async Task<List<JsonNode>> StreamAsync(string path, string json)
    {
        using var response = await PostAsync(path, json);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(data => JsonNode.Parse(data["data: ".Length..])!)];
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        _channel?.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        _reference?.Dispose();
        _folder.Dispose();
    }
}
