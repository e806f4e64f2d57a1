using System.Buffers;
using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;

namespace Understudy.Api.Requests;

/// <summary>A request's body in a pooled buffer, never more than its limit.</summary>
internal readonly struct RequestBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;

    private RequestBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the body whole.</summary>
    /// <exception cref="ApiProblem">It is larger than <paramref name="limit"/> bytes.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, string remedy, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw ApiProblems.BodyTooLarge(limit, remedy);
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstBuffer) + 1);
        try
        {
            var length = 0;
            int read;
            while ((read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > limit)
                {
                    throw ApiProblems.BodyTooLarge(limit, remedy);
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, limit + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return new(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
