using Understudy.Inference.Mail;

namespace Understudy.Inference.Tests.Mail;

public sealed class MailTextTests
{
    private const string Head = "Subject: offers\nFrom: Shop <news@shop.example>\nDate: Mon, 1 Jul 2002 10:00:00 +0000\n\n";

    [Fact]
    public void Render_BodyTooLong_LeavesItsMiddleOut()
    {
        var text = MailText.Render(Head + "Dear reader\n" + string.Concat(Enumerable.Repeat("line after line\n", 4000)) + "To leave, write to us.\n");
        Assert.Contains("\n\nDear reader\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nTo leave, write to us.\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 16_384, 16_384 + 300);
    }

    [Fact]
    public void RenderPlain_MailWithHeaders_HasSubjectAndBody() =>
        Assert.Equal("offers\nDear reader\n", MailText.RenderPlain(Head + "Dear reader\n"));

    [Fact]
    public void Render_NoMail_StaysAsItIs() =>
        Assert.Equal("just a line\n\nand one more", MailText.Render("just a line\n\nand one more"));
}
