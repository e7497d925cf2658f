import Testing
import Trading

@Suite struct `A client order id` {
    @Test(arguments: ["hf-abcd-1-wxyz-a", "hf-A_0z-1z141z3-9999-3w5e11264sgsf"])
    func `is read as it was written`(text: String) throws {
        let id = try #require(ClientOrderID(text))
        #expect(id.description == text)
        #expect(text.utf8.count <= 36)
    }

    @Test(arguments: [
        "", "hf", "xx-abcd-1-wxyz-a", "hf-abc-1-wxyz-a", "hf-abcd-1-wxyz-a-", "hf-abcd-01-wxyz-a",
        "hf-abcd-A-wxyz-a", "hf-abcd-+1-wxyz-a", "hf-abcd-1-wxyz-", "hf-abcd-1z141z4-wxyz-a",
        "hf-éé-1-wxyz-a", "hf-ab\u{0}d-1-wxyz-a", "hf-abcd-1-w.yz-a", "hf-abcd-1-wx z-a",
    ])
    func `of others is none of ours`(text: String) {
        #expect(ClientOrderID(text) == nil)
    }
}
