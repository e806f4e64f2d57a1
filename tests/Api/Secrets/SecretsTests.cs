using System.Net;
using System.Net.Http.Json;
using System.Text;
using Understudy.LocalHost.Events;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Quarantine;

namespace Understudy.Api.Tests.Secrets;

/// <summary>The product from end to end with a lead that asks for a key, good requests and bad ones: nothing secret is logged or told.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private const string LeadKey = "sk-lead-4b1d9f0c7e6a";
    private const string Private = "my-private-mail-text-93";

    private FakeLead _lead = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _host = new TestHost($"--LeadKeys:big={LeadKey}", "--Logging:LogLevel:Default=Debug", "--Intake:FirstPauseMilliseconds=1")
        {
            Define = task => task with
            {
                Lead = new() { Protocol = "openai", Endpoint = _lead.Endpoint.ToString(), Model = "big", Key = "big", TimeoutSeconds = 1, DeadlineSeconds = 2, Retries = 0 },
            },
        };
        await _host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _lead.DisposeAsync();
    }

    [Fact]
    public async Task EndToEnd_LogsAndProblems_HoldNoSecretAndNoText()
    {
        var said = new List<string>();
        said.AddRange(await UseAsync());
        _lead.Mood = FakeLeadMood.Broken;
        said.AddRange(await UseAsync());

        Assert.Contains($"Bearer {LeadKey}", _lead.Authorizations);
        Assert.Contains(_host.Log, line => line.Contains("Quarantined blob", StringComparison.Ordinal));
        string[] secrets =
        [
            LeadKey,
            StorageKey(_host.Host.StorageConnection),
            _host.Service<LocalTopic>().Key,
            .. File.ReadAllLines(Environment.GetEnvironmentVariable("UNDERSTUDY_SIGNING_KEY")!).Where(line => line.Length > 20 && !line.StartsWith("-----", StringComparison.Ordinal)),
        ];
        Assert.All(secrets, secret => Assert.True(secret.Length > 12, "A secret this short would be found anywhere."));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(_host.Log, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(said, body => body.Contains(secret, StringComparison.Ordinal));
        }

        // What callers ask is theirs: at the levels that run, logs are of names and numbers.
        Assert.DoesNotContain(_host.Log, line => line.Contains(Private, StringComparison.Ordinal));
    }

    /// <summary>Every way into the product; what it answered.</summary>
    private async Task<List<string>> UseAsync()
    {
        List<string> said = [];
        var ask = new { input = $"{Private} refund" };
        said.Add(await TextAsync(await _host.Http.PostAsJsonAsync("/api/tasks/mail/infer", ask)));
        said.Add(await TextAsync(await _host.Http.PostAsJsonAsync("/api/tasks/nobody/infer", ask)));
        said.Add(await TextAsync(await _host.Http.PostAsync("/api/tasks/mail/infer", new StringContent("{oops", Encoding.UTF8, "application/json"))));
        said.Add(await TextAsync(await _host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "mail", messages = new[] { new { role = "user", content = Private } } })));
        using var later = new HttpRequestMessage(HttpMethod.Post, "/api/tasks/mail/infer") { Content = JsonContent.Create(ask), Headers = { { "Prefer", "respond-async" } } };
        said.Add(await FollowAsync(await _host.Http.SendAsync(later)));
        var lines = $"{{\"text\":\"{Private} refund\"}}\n{{\"text\":\n";
        said.Add(await FollowAsync(await _host.Http.PostAsync("/api/tasks/mail/batches", new StringContent(lines, Encoding.UTF8, "application/jsonl"))));
        said.Add(await TextAsync(await _host.Http.PostAsync($"/api/tasks/mail/releases/{TestModels.Second}/promote", null)));
        said.Add(await TextAsync(await _host.Http.PostAsync("/api/tasks/mail/releases/nothing/promote", null)));

        var poison = await _host.Blob(BlobContainers.Batches, "nobody/x.jsonl").UploadAsync(new BinaryData(lines), overwrite: true);
        var id = BlobQuarantine.IdOf(BlobContainers.Batches, "nobody/x.jsonl", poison.Value.ETag.ToString());
        while (await _host.Service<BlobQuarantine>().FindAsync(id, TestContext.Current.CancellationToken) is null)
        {
            await Task.Yield();
        }

        said.Add(await TextAsync(await _host.Http.GetAsync("/api/quarantine")));
        said.Add(await TextAsync(await _host.Http.PostAsync($"/api/quarantine/{id}/redrive", null)));
        using var forged = new HttpRequestMessage(HttpMethod.Post, LocalTopic.Path) { Content = new StringContent("[]"), Headers = { { LocalTopic.KeyHeader, "wrong" } } };
        said.Add(await TextAsync(await _host.Http.SendAsync(forged)));
        said.Add(await TextAsync(await _host.Http.GetAsync("/health/ready")));
        return said;
    }

    private async Task<string> FollowAsync(HttpResponseMessage accepted)
    {
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var location = accepted.Headers.Location!;
        await _host.Workflows.WaitAsync(location.OriginalString.Split('/')[^1], TestContext.Current.CancellationToken);
        return await TextAsync(await _host.Http.GetAsync(location));
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync();

    private static string StorageKey(string connection) =>
        connection.Split(';').Single(part => part.StartsWith("AccountKey=", StringComparison.Ordinal))["AccountKey=".Length..];
}
