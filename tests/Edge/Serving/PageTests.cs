using System.Net;
using System.Net.Http.Json;

namespace Understudy.Edge.Tests.Serving;

/// <summary>What a web page may have its reader's browser send to an agent on the same machine.</summary>
public sealed class PageTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Theory]
    [InlineData("evil.example", null)]
    [InlineData(null, "https://evil.example")]
    public async Task Infer_FromAnotherPage_IsRefused(string? name, string? origin)
    {
        await using var site = Site();
        await site.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/infer") { Content = JsonContent.Create(new { input = "you win" }) };
        request.Headers.Host = name;
        request.Headers.TryAddWithoutValidation("Origin", origin is null ? [] : [origin]);

        using var response = await site.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
