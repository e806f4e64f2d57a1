using Understudy.Inference.Grammars;

namespace Understudy.Inference.Tests.Grammars;

public sealed class JsonAnswerTests
{
    [Theory]
    [InlineData("{ \"a\": [1, \"<ü>\"] }", "{\"a\":[1,\"<ü>\"]}")]
    [InlineData("{\"\\ud83d\\ude00\": \"😀\\n \\\\ud83d\\\\ude00\\u0007\"}", "{\"😀\":\"😀\\n \\\\ud83d\\\\ude00\\u0007\"}")]
    [InlineData("{\"a\":\"1\\u00a02 \\u3000\\u2028\\ue000\\u007f\\u0022\\u005c\"}", "{\"a\":\"1\u00a02 \u3000\u2028\ue000\u007f\\\"\\\\\"}")]
    [InlineData("{\"a\"", null)]
    [InlineData("", null)]
    [InlineData("{\"a\":\"\\ud800\"}", null)]
    public void Compact_AnyText_IsItsValueOrNone(string text, string? expected) => Assert.Equal(expected, JsonAnswer.Compact(text));

    [Theory]
    [InlineData("{\"a\":1,\"b\":2}", "{ \"b\": 2, \"a\": 1 }", true)]
    [InlineData("{\"a\":1}", "{\"a\":2}", false)]
    [InlineData("{\"a\":1}", "none", false)]
    [InlineData("{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\"}", false)]
    public void Same_AnyTexts_ComparesValues(string one, string other, bool expected) => Assert.Equal(expected, JsonAnswer.Same(one, other));
}
