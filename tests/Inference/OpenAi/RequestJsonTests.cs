using System.Text;
using Understudy.Inference.OpenAi;

namespace Understudy.Inference.Tests.OpenAi;

public sealed class RequestJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}""")]
    [InlineData("""{"\ud83d\ude00":"\ud83d\ude00"}""")]
    [InlineData("\uFEFF{\"a\":1}")]
    [InlineData("5")]
    public void Parse_Json_IsItsValue(string body) =>
        Assert.Equal(body.TrimStart('\uFEFF'), RequestJson.Parse(Encoding.UTF8.GetBytes(body)).GetRawText());

    [Theory]
    [InlineData("", "invalid_json", null, "at byte 0")]
    [InlineData("""{"a":1,}""", "invalid_json", null, "at byte 7")]
    [InlineData("""{"a":1}}""", "invalid_json", null, "at byte 7")]
    [InlineData("""{"a":"\ud800"}""", "invalid_utf_8", null, "at byte 5")]
    [InlineData("""{"\udc00":1}""", "invalid_utf_8", null, "at byte 1")]
    [InlineData("""{"a":1,"b":[{"c":1,"c":1}]}""", "duplicate_field", "c", "'c' stands twice")]
    [InlineData("""{"a":1,"\u0061":2}""", "duplicate_field", "a", "'a' stands twice")]
    public void Parse_NoSuchJson_SaysWhatAndWhere(string body, string code, string? field, string part)
    {
        var error = Assert.Throws<RequestInvalidException>(() => RequestJson.Parse(Encoding.UTF8.GetBytes(body)));

        Assert.Equal((code, field), (error.Code, error.Field));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NotUtf8_SaysSo() =>
        Assert.Equal("invalid_utf_8", Assert.Throws<RequestInvalidException>(() => RequestJson.Parse(new byte[] { (byte)'"', 0xFF, (byte)'"' })).Code);

    [Theory]
    [InlineData(null, null, "Content-Type")]
    [InlineData("text/plain", null, "Content-Type")]
    [InlineData("nonsense", null, "Content-Type")]
    [InlineData("application/json", "gzip", "Content-Encoding")]
    public async Task Read_OtherThanJson_IsRefused(string? type, string? encoding, string field)
    {
        var error = await Assert.ThrowsAsync<RequestInvalidException>(() => RequestJson.ReadAsync(new MemoryStream("{}"u8.ToArray()), type, encoding, TestContext.Current.CancellationToken));

        Assert.Equal((field, "unsupported_media_type"), (error.Field, error.Code));
    }

    [Theory]
    [InlineData("Application/JSON; charset=utf-8", "")]
    [InlineData("application/json", "identity")]
    public async Task Read_Json_WhateverItsCharset_IsItsValue(string type, string encoding) => Assert.Equal(
        "{}", (await RequestJson.ReadAsync(new MemoryStream("{}"u8.ToArray()), type, encoding, TestContext.Current.CancellationToken)).GetRawText());
}
