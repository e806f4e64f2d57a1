using Understudy.Inference.Lessons;

namespace Understudy.Inference.Tests.Lessons;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("write to jane.doe+x@mail.example.org today", "write to <address> today")]
    [InlineData("card 4111 1111 1111 1111, room 12", "card <number>, room 12")]
    [InlineData("call +44 (20) 7946-0958!", "call <number>!")]
    [InlineData("on 12.03. at 9:30", "on 12.03. at 9:30")]
    [InlineData("пишите на иван@почта.рф сегодня", "пишите на <address> сегодня")]
    [InlineData("an jürgen@firma.de, 'o'brien@mail.ie'", "an <address>, '<address>'")]
    [InlineData("card 4111\u00a01111\u202f1111\u20131111", "card <number>")]
    [InlineData("for 1,234,567 or 1’234’567", "for <number> or <number>")]
    [InlineData("رقم ٠١٢٣٤٥٦٧", "رقم <number>")]
    [InlineData("12\n34\n56", "12\n34\n56")]
    [InlineData("请联系zhang@example.com谢谢您的帮助", "请联系<address>谢谢您的帮助")]
    [InlineData("{\"scores\":[3,4,2,5,1]}", "{\"scores\":[3,4,2,5,1]}")]
    [InlineData("in 2019, 10 people", "in 2019, 10 people")]
    [InlineData("call 020 - 7946 - 0958", "call <number>")]
    [InlineData("card 4111\t1111\t1111\t1111", "card <number>")]
    [InlineData("call 555\u22121234 or 1234_5678", "call <number> or <number>")]
    [InlineData("nothing here", "nothing here")]
    public void Apply_Text_TakesOutAddressesAndLongNumbers(string text, string expected) => Assert.Equal(expected, Redaction.Apply(text));
}
