using Understudy.Inference.Lessons;

namespace Understudy.Inference.Tests.Lessons;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("write to jane.doe+x@mail.example.org today", "write to <address> today")]
    [InlineData("card 4111 1111 1111 1111, room 12", "card <number>, room 12")]
    [InlineData("call +44 (20) 7946-0958!", "call <number>!")]
    [InlineData("on 12.03. at 9:30", "on 12.03. at 9:30")]
    [InlineData("nothing here", "nothing here")]
    public void Apply_Text_TakesOutAddressesAndLongNumbers(string text, string expected) => Assert.Equal(expected, Redaction.Apply(text));
}
