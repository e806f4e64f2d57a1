using System.Net;
using System.Net.Http.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Requests;

/// <summary>A key that was used is answered by its run, whatever has become of the release that it ran on.</summary>
public sealed class EarlierRunTests
{
    [Theory]
    [InlineData("infer", HttpStatusCode.OK)]
    [InlineData("rollouts", HttpStatusCode.Accepted)]
    public async Task Post_KeyOfAnEarlierRunAndNothingServes_IsAnsweredByTheRun(string path, HttpStatusCode answered)
    {
        await using var host = new TestHost();
        await host.InitializeAsync();
        var first = await SendAsync("key");
        Assert.Equal(answered, first.Status);
        await host.StopAsync();
        File.Delete(Path.Combine(host.Settings.ModelsFolder, TestModels.Task, "channels", "stable.json"));
        await host.StartAsync();

        Assert.Equal(first, await SendAsync("key"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("another")).Status);

        async Task<(HttpStatusCode Status, Uri? Location, string? Answer)> SendAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/{path}")
            {
                Content = path == "infer" ? JsonContent.Create(new { input = "about your refund" }) : JsonContent.Create(new { sites = (string[])["harbour"], soakMinutes = 0 }),
                Headers = { { "Idempotency-Key", key } },
            };
            using var response = await host.Http.SendAsync(request);
            return (response.StatusCode, response.Headers.Location, path == "infer" ? await response.Content.ReadAsStringAsync() : null);
        }
    }
}
