using System.Net;
using System.Text.Json;

namespace Understudy.Api.Tests.OpenAi;

internal static class ErrorAssert
{
    /// <summary>The response is OpenAI's error object of that code, which names the field and says what to do.</summary>
    public static async Task<string> IsAsync(HttpResponseMessage response, HttpStatusCode status, string code, string? field)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal((code, field), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.EndsWith(".", error.GetProperty("message").GetString());
        return error.GetProperty("message").GetString()!;
    }
}
