using System.Globalization;
using System.Net;
using Understudy.Tests;
using Understudy.Verifier.Tests.Scheduling;

namespace Understudy.Verifier.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Metrics_AfterAGeneration_HaveQueueTokensAcceptedLengthAndFirstToken()
    {
        await using var verifier = await RunningVerifier.StartAsync();
        await verifier.AskAsync("/v1/completions", SharingTests.Request(30));
        var metrics = await verifier.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        foreach (var name in (string[])["understudy_verifier_queue_length", "understudy_verifier_output_tokens", "understudy_verifier_speed", "understudy_verifier_accepted_length", "gen_ai_server_time_to_first_token", "gen_ai_server_request_duration"])
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.Matches("gen_ai_server_time_to_first_token[a-z_]*_bucket\\{[^}]*le=\"0.02\"", metrics);
        Assert.Matches("gen_ai_server_request_duration[a-z_]*_bucket\\{[^}]*le=\"0.02\"", metrics);

        // Services of other tests in this process count too, and each has a line of its own.
        var tokens = metrics.Split('\n').Where(line => line.StartsWith("understudy_verifier_output_tokens", StringComparison.Ordinal) && line.Contains("\"tiny\"", StringComparison.Ordinal)).ToList();
        Assert.True(tokens.Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)) >= 30, string.Join('\n', tokens));
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData(null, "https://evil.example")]
    public async Task Completions_FromAnotherPage_AreRefused(string? name, string? origin)
    {
        await using var verifier = await RunningVerifier.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent("{}") };
        request.Headers.Host = name;
        request.Headers.TryAddWithoutValidation("Origin", origin is null ? [] : [origin]);

        using var response = await verifier.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Ready_WithAModelThatCannotBeLoaded_SaysWhichAndTheOthersServe()
    {
        using var folder = new TemporaryFolder();
        var broken = folder.At("broken.onnx");
        await File.WriteAllTextAsync(broken, "no model", TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(Path.GetDirectoryName(TinyModels.Write(folder.At("other")))!, "tokenizer.json"), folder.At("tokenizer.json"));
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:broken:Path={broken}");
        using var ready = await verifier.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("broken", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotNull(await verifier.AskAsync("/v1/completions", SharingTests.Request(3)));
    }

    /// <summary>The graph says that it has positions for 64 tokens and has some for 16.</summary>
    [Fact]
    public async Task Ready_WithAModelThatCanBeOpenedAndNotRun_SaysWhichAndTheOthersServe()
    {
        using var folder = new TemporaryFolder();
        var broken = TinyModels.Write(folder.At("broken"), maxTokens: 16);
        var file = await File.ReadAllBytesAsync(broken, TestContext.Current.CancellationToken);
        var said = file.AsSpan().IndexOf("\"maxTokens\":16"u8);
        "\"maxTokens\":64"u8.CopyTo(file.AsSpan(said));
        await File.WriteAllBytesAsync(broken, file, TestContext.Current.CancellationToken);
        await using var verifier = await RunningVerifier.StartAsync($"--Serve:broken:Path={broken}");
        using var ready = await verifier.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("broken: 'model.onnx'", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotNull(await verifier.AskAsync("/v1/completions", SharingTests.Request(3)));
    }
}
